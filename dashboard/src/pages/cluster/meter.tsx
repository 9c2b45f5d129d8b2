// How much of something there is, and who takes it.
import styles from './cluster.module.css';

export interface MeterPart {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  /** Colour: 1 to 10. */
  readonly series: number;
}

interface MeterProps {
  readonly title: string;
  readonly figure: string;
  readonly unit: string;
  readonly total: number;
  readonly parts: readonly MeterPart[];
  readonly note?: string;
}

export function Meter({ title, figure, unit, total, parts, note }: MeterProps) {
  return (
    <section className={styles['meter']} aria-label={title}>
      <h2>{title}</h2>
      <p className={styles['figure']}>
        <strong>{figure}</strong> {unit}
      </p>
      <div className={styles['bar']} aria-hidden="true">
        {parts.map(({ name, value, series }) => (
          <span key={name} style={{ width: `${(100 * value) / Math.max(total, Number.EPSILON)}%`, background: `var(--series-${series})` }} />
        ))}
      </div>
      <ul className={styles['parts']}>
        {parts.map(({ name, text, series }) => (
          <li key={name}>
            <span className={styles['swatch']} style={{ background: `var(--series-${series})` }} aria-hidden="true" />
            {name}
            <span className={styles['part-figure']}>{text}</span>
          </li>
        ))}
      </ul>
      {note === undefined ? null : <p className={styles['note']}>{note}</p>}
    </section>
  );
}
