/** A target is missed when both ratios miss it by more than this: machines are shared and rates swing. */
const TOLERANCE = 0.1;

const COLUMNS = ['Operation', 'per second', 'CPU-µs each', 'of floor, rate', 'of floor, CPU', 'target', ''];

/** Ratios to the floor, 1 being as good: by rate, and by processor time (there more is worse). */
export function ratiosOf({ floor, subject }) {
  return { rate: subject.perSecond / floor.perSecond, cpu: floor.cpuUs / subject.cpuUs };
}

export function isMet({ target, ...comparison }) {
  const least = target * (1 - TOLERANCE);
  const { rate, cpu } = ratiosOf(comparison);
  return rate >= least || cpu >= least;
}

export function table(comparisons) {
  const rows = comparisons.flatMap((comparison) => [floorRow(comparison), subjectRow(comparison)]);
  return render([COLUMNS, ...rows]);
}

function floorRow({ floorName, floor }) {
  return [floorName, rate(floor.perSecond), cpu(floor.cpuUs), '', '', '', ''];
}

function subjectRow(comparison) {
  const { name, subject, target, stretch } = comparison;
  const ratios = ratiosOf(comparison);
  const verdict = isMet(comparison) ? 'met' : 'MISSED';
  const wanted = `${target.toFixed(2)} (${stretch.toFixed(2)})`;
  return [name, rate(subject.perSecond), cpu(subject.cpuUs), ratio(ratios.rate), ratio(ratios.cpu), wanted, verdict];
}

function render(rows) {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

const unknown = '–';
const rate = (value) => (value < 100 ? value.toFixed(1) : value.toFixed(0));
const cpu = (value) => (Number.isNaN(value) ? unknown : value.toFixed(0));
const ratio = (value) => (Number.isNaN(value) ? unknown : value.toFixed(2));
