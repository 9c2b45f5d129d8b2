// One line per run through the numbers that differ: parameters at the left, metrics at the right.
import { useState } from 'react';
import type { Axis } from './comparison.ts';
import styles from './compare.module.css';

const HEIGHT = 260;
const AXIS_WIDTH = 190;
const MARGIN = { top: 44, bottom: 24, side: 90 };
const LABEL_CHARS_MAX = 26;

export function ParallelCoordinates({ axes, names }: { readonly axes: readonly Axis[]; readonly names: readonly string[] }) {
  const [pointed, setPointed] = useState<number>();
  const width = MARGIN.side * 2 + AXIS_WIDTH * (axes.length - 1);
  const x = (axis: number) => MARGIN.side + axis * AXIS_WIDTH;
  const y = (place: number) => HEIGHT - MARGIN.bottom - place * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const lineOf = (run: number) => {
    const points = axes.flatMap(({ places }, axis) => (places[run] === undefined ? [] : [`${x(axis)} ${y(places[run])}`]));
    return points.length === 0 ? '' : `M${points.join('L')}`;
  };
  const label = `Parallel coordinates of ${names.length} runs over ${axes.map(({ name }) => name).join(', ')}; the table above has the figures`;
  return (
    <div className={styles['parallel']} tabIndex={0} role="region" aria-label="Numbers that differ">
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={label}>
        {axes.map(({ name, least, greatest }, axis) => (
          <g key={name}>
            <line x1={x(axis)} x2={x(axis)} y1={y(0)} y2={y(1)} className={styles['axis']} />
            <text x={x(axis)} y={14} textAnchor="middle" className={styles['axisName']}>
              <title>{name}</title>
              {shortened(name)}
            </text>
            <text x={x(axis)} y={y(1) - 8} textAnchor="middle" className={styles['end']}>
              {figure(greatest)}
            </text>
            <text x={x(axis)} y={HEIGHT - 6} textAnchor="middle" className={styles['end']}>
              {figure(least)}
            </text>
          </g>
        ))}
        {names.map((name, run) => (
          <path
            key={run}
            d={lineOf(run)}
            className={styles['line']}
            stroke={`var(--series-${run + 1})`}
            opacity={pointed === undefined || pointed === run ? 1 : 0.2}
            strokeWidth={pointed === run ? 3 : 2}
            onPointerEnter={() => setPointed(run)}
            onPointerLeave={() => setPointed(undefined)}
          >
            <title>{name}</title>
          </path>
        ))}
      </svg>
    </div>
  );
}

/** The end of a name tells more than its beginning. */
function shortened(name: string): string {
  return name.length <= LABEL_CHARS_MAX ? name : `…${name.slice(1 - LABEL_CHARS_MAX)}`;
}

function figure(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
