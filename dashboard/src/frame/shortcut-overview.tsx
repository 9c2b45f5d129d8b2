import { useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { COMMAND_KEY } from './platform.ts';
import { activeShortcuts } from './shortcuts.ts';
import styles from './shortcut-overview.module.css';

export function ShortcutOverview({ onClose }: { readonly onClose: () => void }) {
  const [shortcuts] = useState(activeShortcuts);
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className={styles['list']}>
        {shortcuts.map(({ keys, title }) => (
          <div key={keys}>
            <dt>{title}</dt>
            <dd>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key.replace('mod+', COMMAND_KEY)}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
