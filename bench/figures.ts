/** Samples → figures: what is printed, with the bars that are to be reached. */
import { barOf } from './bars.ts';
import type { Cell, Sample } from './measure.ts';
import type { TargetName } from './options.ts';
import { median, paired, percentile } from './statistics.ts';

/** One row of `--json`; `bar` and `met` are null where nothing is to be reached. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: string | null;
  readonly met: boolean | null;
}

/** The rounds of one cell, by target. */
export type Rounds = ReadonlyMap<TargetName, readonly Sample[]>;

/** `simple.8`, `bulk`: how figures of a cell begin. */
export function cellName(cell: Cell): string {
  return cell.workload === 'bulk' ? 'bulk' : `${cell.workload}.${cell.clients}`;
}

/** All figures of one cell, target by target. `fdatasync` is what one costs here, µs. */
export function figuresOf(cell: Cell, rounds: Rounds, fdatasync: number): Figure[] {
  const bulk = cell.workload === 'bulk';
  const [rate, unit, cpu] = bulk ? ['throughput', 'MB/s', 'µs/MB'] : ['tps', '1/s', 'µs/statement'];
  const figures: Figure[] = [];
  for (const [target, samples] of rounds) {
    const name = `${cellName(cell)}.${target}`;
    const make = (part: string, value: number, of: string) => figure(`${name}.${part}`, value, of, fdatasync);
    figures.push(make(rate, median(samples.map((sample) => sample.rate)), unit));
    if (samples.some(({ recorded }) => recorded !== null))
      figures.push(make('answered', median(samples.map(({ answered }) => answered)), unit));
    figures.push(...ratioFigures(make, samples, rounds, target));
    if (!bulk) figures.push(...latencyFigures(make, samples, rounds, target));
    figures.push(...cpuFigures(make, samples, rounds, cpu));
    figures.push(...recordingFigures(name, make, samples));
  }
  return figures;
}

/** One figure with its bar, if it has one. */
export function figure(name: string, value: number, unit: string, fdatasync: number): Figure {
  const bar = barOf(name, fdatasync);
  if (bar === null) return { name, value, unit, bar: null, met: null };
  const { least, most } = bar;
  return {
    name,
    value,
    unit,
    bar: least === undefined ? `<= ${most}` : `>= ${least}`,
    met: value >= (least ?? -Infinity) && value <= (most ?? Infinity),
  };
}

type Make = (part: string, value: number, unit: string) => Figure;

function ratioFigures(make: Make, samples: readonly Sample[], rounds: Rounds, target: TargetName): Figure[] {
  return (['direct', 'pipe', 'process'] as const).flatMap((base) => {
    const others = rounds.get(base);
    if (others === undefined || base === target) return [];
    if (base === 'process' && target !== 'intent' && target !== 'policy' && target !== 'masked') return [];
    const ratios = paired(samples, others, (own, other) => own.rate / other.rate);
    return [
      make(`vs-${base}`, median(ratios), 'ratio'),
      make(`vs-${base}.min`, Math.min(...ratios), 'ratio'),
      make(`vs-${base}.max`, Math.max(...ratios), 'ratio'),
    ];
  });
}

function latencyFigures(
  make: Make,
  samples: readonly Sample[],
  rounds: Rounds,
  target: TargetName,
): Figure[] {
  const all = samples.flatMap(({ latencies }) => latencies);
  const half = (sample: Sample) => percentile(sample.latencies, 0.5);
  const direct = target === 'direct' ? undefined : rounds.get('direct');
  return [
    make('latency.p50', percentile(all, 0.5), 'µs'),
    make('latency.p99', percentile(all, 0.99), 'µs'),
    ...(direct === undefined
      ? []
      : [make('added.p50', median(paired(samples, direct, (own, other) => half(own) - half(other))), 'µs')]),
  ];
}

function cpuFigures(make: Make, samples: readonly Sample[], rounds: Rounds, unit: string): Figure[] {
  const used = (['dataPath', 'shipper', 'total'] as const).flatMap((part) => {
    const each = samples.flatMap(({ cpu, units }) => (cpu === null ? [] : [cpu[part] / units]));
    return each.length === 0 ? [] : [make(`cpu.${part}`, median(each), unit)];
  });
  const records = samples.some(({ recorded }) => recorded !== null);
  const pipe = records ? rounds.get('pipe') : undefined;
  if (used.length === 0 || pipe === undefined) return used;
  const each = ({ cpu, units }: Sample) => (cpu === null ? [] : [cpu.dataPath / units]);
  const ratios = paired(samples.flatMap(each), pipe.flatMap(each), (own, other) => own / other);
  return ratios.length === 0 ? used : [...used, make('cpu.dataPath.vs-pipe', median(ratios), 'ratio')];
}

function recordingFigures(name: string, make: Make, samples: readonly Sample[]): Figure[] {
  const recorded = samples.flatMap((sample) => sample.recorded ?? []);
  if (recorded.length === 0) return [];
  const share = Math.min(...recorded.map((run) => run.share));
  const exact = recorded.every((run) => run.share === 1);
  return [
    make('lag', Math.max(...recorded.map(({ lag }) => lag)), 's'),
    { name: `${name}.recorded`, value: exact ? 1 : share, unit: 'ratio', bar: '= 1', met: exact },
  ];
}
