// What was predicted for what: counts, shaded by their share of the row, with how much of each class was found.
import type { ConfusionMatrixData } from './classification.ts';
import styles from './charts.module.css';

export function ConfusionMatrix({ matrix: { labels, rows } }: { readonly matrix: ConfusionMatrixData }) {
  return (
    <div className={styles['matrix-scroll']} tabIndex={0} role="region" aria-label="Confusion matrix">
      <table className={styles['matrix']}>
        <caption className="visually-hidden">Confusion matrix: a row per actual class, a column per predicted class</caption>
        <thead>
          <tr>
            <td />
            <th scope="colgroup" colSpan={labels.length} className={styles['axis-title']}>
              predicted
            </th>
            <td />
          </tr>
          <tr>
            <th scope="col" className={styles['axis-title']}>
              actual
            </th>
            {labels.map((label) => (
              <th key={label} scope="col" className={styles['class']}>
                {label}
              </th>
            ))}
            <th scope="col" className={styles['recall']}>
              found
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, actual) => {
            const total = row.reduce((sum, count) => sum + count, 0);
            return (
              <tr key={labels[actual]}>
                <th scope="row" className={styles['class']}>
                  {labels[actual]}
                </th>
                {row.map((count, predicted) => (
                  <td
                    // A matrix has as many columns as it has: their place is their name.
                    key={predicted}
                    className={styles['count']}
                    data-right={actual === predicted || undefined}
                    data-zero={count === 0 || undefined}
                    style={{ '--share': total === 0 ? 0 : count / total } as React.CSSProperties}
                    title={`${count} of ${total} ${labels[actual]} taken for ${labels[predicted]}`}
                  >
                    {count.toLocaleString('en')}
                  </td>
                ))}
                <td className={styles['recall']}>{total === 0 ? '–' : `${((100 * (row[actual] ?? 0)) / total).toFixed(1)} %`}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
