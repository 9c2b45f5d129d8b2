// One or several ROC curves over each other: lines, area under each, and the figures of the point that is pointed at.
import { useState } from 'react';
import { areaUnder, type RocPoint } from './classification.ts';
import styles from './charts.module.css';

export interface RocSeries {
  readonly name: string;
  readonly points: readonly RocPoint[];
  /** 1 to 10: the colour of the series in all charts of a page. Default: its place in the list. */
  readonly series?: number;
}

const SIZE = 320;
const MARGIN = { left: 44, right: 10, top: 10, bottom: 38 };
const PLOT = { width: SIZE - MARGIN.left - MARGIN.right, height: SIZE - MARGIN.top - MARGIN.bottom };
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const x = (rate: number) => MARGIN.left + rate * PLOT.width;
const y = (rate: number) => MARGIN.top + (1 - rate) * PLOT.height;

interface Pointed {
  readonly index: number;
  readonly point: RocPoint;
}

export function RocCurve({ curves }: { readonly curves: readonly RocSeries[] }) {
  const [pointed, setPointed] = useState<Pointed>();
  const colorOf = (index: number) => `var(--series-${curves[index]?.series ?? (index % 10) + 1})`;
  const onPointerMove = (event: React.PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setPointed(nearest(curves, ((event.clientX - box.left) / box.width) * SIZE, ((event.clientY - box.top) / box.height) * SIZE));
  };
  const summary = curves.map(({ name, points }) => `${name}: area under the curve ${areaUnder(points).toFixed(3)}`).join('; ');
  return (
    <figure className={styles['roc']}>
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={`ROC curve. ${summary}`} onPointerMove={onPointerMove} onPointerLeave={() => setPointed(undefined)}>
        <Axes />
        {curves.map(({ name, points }, index) => (
          <path key={`${index} ${name}`} d={lineOf(points)} className={styles['curve']} stroke={colorOf(index)} opacity={pointed === undefined || pointed.index === index ? 1 : 0.35} />
        ))}
        {pointed === undefined ? null : <circle cx={x(pointed.point.falsePositiveRate)} cy={y(pointed.point.truePositiveRate)} r="4" fill={colorOf(pointed.index)} className={styles['dot']} />}
      </svg>
      <figcaption>
        <ul className={styles['legend']}>
          {curves.map(({ name, points }, index) => (
            <li key={`${index} ${name}`}>
              <span className={styles['swatch']} style={{ background: colorOf(index) }} aria-hidden="true" />
              <span className={styles['legend-name']}>{name}</span>
              <span className={styles['figure']}>AUC {areaUnder(points).toFixed(3)}</span>
            </li>
          ))}
        </ul>
        <p className={styles['readout']} aria-live="off">
          {pointed === undefined ? `${curves.reduce((sum, { points }) => sum + points.length, 0)} thresholds` : readout(pointed.point)}
        </p>
      </figcaption>
    </figure>
  );
}

function Axes() {
  return (
    <g>
      {TICKS.map((tick) => (
        <g key={tick}>
          <line x1={x(tick)} x2={x(tick)} y1={y(0)} y2={y(1)} className={styles['grid-line']} />
          <line x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} className={styles['grid-line']} />
          <text x={x(tick)} y={y(0) + 15} textAnchor={tick === 1 ? 'end' : 'middle'} className={styles['tick']}>
            {tick}
          </text>
          <text x={x(0) - 7} y={y(tick) + 4} textAnchor="end" className={styles['tick']}>
            {tick}
          </text>
        </g>
      ))}
      <line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} className={styles['chance']} />
      <text x={x(0.5)} y={SIZE - 5} textAnchor="middle" className={styles['axis']}>
        false positive rate
      </text>
      <text transform={`translate(11 ${y(0.5)}) rotate(-90)`} textAnchor="middle" className={styles['axis']}>
        true positive rate
      </text>
    </g>
  );
}

function lineOf(points: readonly RocPoint[]): string {
  return points.map(({ falsePositiveRate, truePositiveRate }, index) => `${index === 0 ? 'M' : 'L'}${x(falsePositiveRate).toFixed(1)} ${y(truePositiveRate).toFixed(1)}`).join('');
}

function nearest(curves: readonly RocSeries[], atX: number, atY: number): Pointed | undefined {
  const all = curves.flatMap(({ points }, index) => points.map((point) => ({ index, point })));
  const distance = ({ point }: Pointed) => Math.hypot(x(point.falsePositiveRate) - atX, y(point.truePositiveRate) - atY);
  return all.reduce<Pointed | undefined>((best, one) => (best === undefined || distance(one) < distance(best) ? one : best), undefined);
}

function readout({ falsePositiveRate, truePositiveRate, threshold }: RocPoint): string {
  const at = threshold === undefined ? '' : `threshold ${threshold.toFixed(3)} · `;
  return `${at}${percent(truePositiveRate)} found at ${percent(falsePositiveRate)} false alarms`;
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}
