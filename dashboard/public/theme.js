// Runs before the first paint, so that a chosen theme never flashes in the other one. A file of its own: inline scripts are
// forbidden by the content security policy. src/frame/theme.ts writes what this reads.
const theme = localStorage.getItem('slipway.theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
