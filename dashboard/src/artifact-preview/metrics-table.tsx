// Scalars of one artifact: names and figures.
import { figureText } from './figure-text.ts';
import styles from './artifact-preview.module.css';

export function MetricsTable({ metrics }: { readonly metrics: readonly (readonly [string, number | string | boolean])[] }) {
  if (metrics.length === 0) return <p className={styles['note']}>The step logged no metrics.</p>;
  return (
    <table className={styles['metrics']}>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Metric</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {metrics.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td title={String(value)}>{typeof value === 'number' ? figureText(value) : String(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
