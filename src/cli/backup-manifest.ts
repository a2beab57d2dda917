import { readFileSync } from 'node:fs';

/** What deploy/backup/backup.sh wrote down about a backup. */
export interface BackupManifest {
  /** A UUID. */
  id: string;
  takenAt: string;
  foreignKeys: number;
  /** By schema and name of the table. */
  rows: Map<string, number>;
}

/** In one sentence, for the operator. */
export class RestoreError extends Error {}

const ROWS = 'rows ';

/** @throws RestoreError when it cannot be read or is no manifest */
export function readManifest(file: string): BackupManifest {
  const lines = new Map(
    textOf(file)
      .split('\n')
      .map((line) => line.split('\t') as [string, string]),
  );
  const [id, takenAt, foreignKeys] = ['backup', 'taken_at', 'foreign_keys'].map((name) => lines.get(name));
  const rows = [...lines]
    .filter(([name]) => name.startsWith(ROWS))
    .map(([name, count]) => [name.slice(ROWS.length), Number(count)] as const);
  const isWhole = /^[0-9a-f-]{36}$/.test(id ?? '') && takenAt && /^\d+$/.test(foreignKeys ?? '') && rows.length > 0;
  if (!isWhole) throw new RestoreError(`${file} is no manifest of a backup`);
  return { id: id ?? '', takenAt: takenAt ?? '', foreignKeys: Number(foreignKeys), rows: new Map(rows) };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RestoreError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
