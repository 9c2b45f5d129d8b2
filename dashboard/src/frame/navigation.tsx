// The rooms and the tools beside them: a column on wide screens, a bar at the bottom of a phone.
import { Keyboard, MonitorCog, Moon, Search, Sun } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { KFP, request } from '../api/client.ts';
import { useIsConnected } from '../api/events.ts';
import { paths } from '../paths.ts';
import { Link } from '../ui/link.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { usePathname } from './address.ts';
import { COMMAND_KEY } from './platform.ts';
import { ROOMS } from './rooms.ts';
import { setTheme, THEMES, useTheme, type Theme } from './theme.ts';
import styles from './navigation.module.css';

interface NavigationProps {
  readonly onFind: () => void;
  readonly onShortcuts: () => void;
}

export function Navigation({ onFind, onShortcuts }: NavigationProps) {
  const pathname = usePathname();
  return (
    <header className={styles['column']}>
      <div className={styles['brand']}>
        <Link to={paths.runs()} className={styles['name']}>
          <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
            <path fill="var(--accent-fill)" d="M3 24 29 14v5L3 29z" />
            <path fill="#e8743b" d="M9 17h15l-3-9H12z" />
          </svg>
          Slipway
        </Link>
      </div>
      <button type="button" className={styles['find']} onClick={onFind}>
        <Search size={14} aria-hidden="true" />
        <span>Find</span>
        <kbd>{COMMAND_KEY}K</kbd>
      </button>
      <nav aria-label="Main">
        <ul className={styles['rooms']}>
          {ROOMS.map(({ title, to, icon: Icon, isHere }) => (
            <li key={to}>
              <Link to={to} className={styles['room']} aria-current={isHere.test(pathname) ? 'page' : undefined}>
                <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles['foot']}>
        <Connection />
        <div className={styles['tools']}>
          <ThemeButton />
          <Tooltip text="Keyboard shortcuts">
            <button type="button" className={styles['tool']} onClick={onShortcuts} aria-label="Keyboard shortcuts">
              <Keyboard size={16} strokeWidth={1.75} aria-hidden="true" />
            </button>
          </Tooltip>
        </div>
      </div>
    </header>
  );
}

function Connection() {
  const isConnected = useIsConnected();
  const health = useQuery({ queryKey: ['healthz'], queryFn: ({ signal }) => request<{ tag_name?: string }>(`${KFP}/healthz`, { signal }) });
  return (
    <p role="status" className={styles['connection']} data-lost={!isConnected || undefined}>
      {isConnected ? `Slipway ${health.data?.tag_name ?? ''}` : 'The connection to Slipway is lost; trying again …'}
    </p>
  );
}

const THEME_ICONS = { system: MonitorCog, light: Sun, dark: Moon } as const;
const THEME_TITLES: Readonly<Record<Theme, string>> = { system: 'as the system says', light: 'light', dark: 'dark' };

function ThemeButton() {
  const theme = useTheme();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  const Icon = THEME_ICONS[theme];
  const title = `Theme: ${THEME_TITLES[theme]}. Change to ${THEME_TITLES[next]}`;
  return (
    <Tooltip text={title}>
      <button type="button" className={styles['tool']} onClick={() => setTheme(next)} aria-label={title}>
        <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </Tooltip>
  );
}
