/** A line of the gateway’s log, for people: time, level and words of what is JSON, the line itself of what is not. */

export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly message: string;
}

export function logLine(line: string): LogLine {
  const fields = fieldsOf(line);
  if (fields === null) return { time: '', level: '', message: line };
  const { time, level, message, pid: _, event: __, ...rest } = fields;
  const more = Object.entries(rest)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return {
    time: typeof time === 'string' ? time.slice(11, 19) : '',
    level: typeof level === 'string' ? level : '',
    message: [typeof message === 'string' ? message : '', more].filter((part) => part !== '').join('  '),
  };
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
