import { useFrame } from './frame.js';

export interface Series {
  name: string;
  kind: 'bars' | 'line';
  /** One a place on the axis, none below zero. */
  values: readonly number[];
}

export interface ChartProps {
  /** Unique on the page. */
  id: string;
  title: string;
  /** What it shows in a sentence, for those who do not see it. */
  description: string;
  /** Heads the first column of the table. */
  axis: string;
  /** Names of the places on the axis. */
  places: readonly string[];
  series: readonly Series[];
  /** Opens the table with the numbers. */
  tableSummary: string;
}

const WIDTH = 360;
const HEIGHT = 170;
const LEFT = 34;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 22;
const PLOT = { width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM };

/** A chart without scripts: drawn here, coloured by the sheet, and the numbers themselves in a table below it. */
export function Chart({ id, title, description, axis, places, series, tableSummary }: ChartProps) {
  const top = roundTop(Math.max(0, ...series.flatMap(({ values }) => values)));
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={`${id}-title ${id}-description`}>
        <title id={`${id}-title`}>{title}</title>
        <desc id={`${id}-description`}>{description}</desc>
        <Grid top={top} />
        <PlaceNames places={places} />
        {series.map((each, index) =>
          each.kind === 'bars' ? (
            <Bars key={each.name} series={each} top={top} places={places} />
          ) : (
            <Line key={each.name} series={each} top={top} tone={index} />
          ),
        )}
      </svg>
      {series.length > 1 && <Legend series={series} />}
      <details>
        <summary>{tableSummary}</summary>
        <Numbers {...{ title, axis, places, series }} />
      </details>
    </figure>
  );
}

function Grid({ top }: { top: number }) {
  const { language } = useFrame();
  const format = new Intl.NumberFormat(language, { notation: 'compact' });
  return (
    <g class="grid">
      {[0, top / 2, top].map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={yOf(value, top)} y2={yOf(value, top)} />
          <text x={LEFT - 6} y={yOf(value, top) + 3.5} text-anchor="end">
            {format.format(value)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** The last place is named, and others at such a distance that the names stay apart. */
function PlaceNames({ places }: { places: readonly string[] }) {
  const distance = Math.max(1, Math.ceil(places.length / 5));
  return (
    <g class="grid">
      {places.map((place, index) =>
        (places.length - 1 - index) % distance === 0 ? (
          <text key={place} x={Math.min(xOf(index, places.length), WIDTH - 20)} y={HEIGHT - 6} text-anchor="middle">
            {place}
          </text>
        ) : null,
      )}
    </g>
  );
}

interface DrawnSeries {
  series: Series;
  top: number;
}

function Bars({ series: { name, values }, top, places }: DrawnSeries & { places: readonly string[] }) {
  const width = round((PLOT.width / values.length) * 0.72);
  return (
    <g class="bars">
      {values.map((value, index) => (
        <rect
          key={places[index]}
          x={round(xOf(index, values.length) - width / 2)}
          y={yOf(value, top)}
          width={width}
          height={round(yOf(0, top) - yOf(value, top))}
          rx="1.5"
        >
          <title>{`${places[index]}: ${name} ${value}`}</title>
        </rect>
      ))}
    </g>
  );
}

function Line({ series: { values }, top, tone }: DrawnSeries & { tone: number }) {
  const points = values.map((value, index) => `${xOf(index, values.length)},${yOf(value, top)}`);
  return (
    <g class={`line tone-${tone}`}>
      <polyline points={points.join(' ')} />
      {values.map((value, index) => (
        <circle key={points[index]} cx={xOf(index, values.length)} cy={yOf(value, top)} r="2" />
      ))}
    </g>
  );
}

/** The shape says the same as the colour. */
function Legend({ series }: { series: readonly Series[] }) {
  return (
    <figcaption class="legend">
      {series.map(({ name, kind }, index) => (
        <span key={name}>
          <svg viewBox="0 0 18 10" aria-hidden="true">
            {kind === 'bars' ? (
              <g class="bars">
                <rect x="4" y="0" width="10" height="10" rx="1.5" />
              </g>
            ) : (
              <g class={`line tone-${index}`}>
                <polyline points="0,5 18,5" />
                <circle cx="9" cy="5" r="2.5" />
              </g>
            )}
          </svg>
          {name}
        </span>
      ))}
    </figcaption>
  );
}

/** Newest first, as in the other lists. */
function Numbers({ title, axis, places, series }: Pick<ChartProps, 'title' | 'axis' | 'places' | 'series'>) {
  const { language } = useFrame();
  const format = new Intl.NumberFormat(language);
  return (
    <table class="numbers">
      <caption class="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{axis}</th>
          {series.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {places
          .map((place, index) => (
            <tr key={place}>
              <th scope="row">{place}</th>
              {series.map(({ name, values }) => (
                <td key={name}>{format.format(values[index] ?? 0)}</td>
              ))}
            </tr>
          ))
          .reverse()}
      </tbody>
    </table>
  );
}

export interface Share {
  name: string;
  value: number;
  /** Where the ones it counts are listed. */
  href?: string;
}

/** Parts of a whole, each with its number and a bar. */
export function Shares({ shares }: { shares: readonly Share[] }) {
  const { language } = useFrame();
  const whole = Math.max(
    1,
    shares.reduce((sum, { value }) => sum + value, 0),
  );
  const format = new Intl.NumberFormat(language);
  return (
    <ul class="shares">
      {shares.map(({ name, value, href }) => (
        <li key={name}>
          <span class="share-name">{href === undefined ? name : <a href={href}>{name}</a>}</span>
          <span class="share-value">{format.format(value)}</span>
          <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect class="track" width="100" height="4" />
            <g class="bars">
              <rect width={round((value / whole) * 100)} height="4" />
            </g>
          </svg>
        </li>
      ))}
    </ul>
  );
}

/** The number at the top of the axis: half of it is a round number too. */
function roundTop(most: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  return [2, 4, 6, 10].map((times) => times * step).find((top) => top >= most) ?? most;
}

const xOf = (index: number, count: number): number => round(LEFT + ((index + 0.5) * PLOT.width) / count);
const yOf = (value: number, top: number): number => round(TOP + PLOT.height * (1 - value / top));
const round = (number: number): number => Math.round(number * 100) / 100;
