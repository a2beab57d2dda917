/** Rows that have an `id`: SQL that goes after FROM, and the values of its parameters. */
export interface RowSource {
  from: string;
  values: unknown[];
}

/** A list of a table's rows, highest id first. */
export interface NewestFirst {
  /** The rows in a form that is quick to walk in the order of ids. */
  walk: RowSource;
  /** The same rows in a form that is quick to collect, in any order; absent when walking is quick enough. */
  collect?: RowSource;
}

/** The rows from the lower id to the higher one, both included; an absent one is no bound. */
export function between({ from, values }: RowSource, lower: string | undefined, higher: string | undefined): RowSource {
  const bounds = [...values];
  const conditions = [
    ...(lower === undefined ? [] : [`id >= $${bounds.push(lower)}`]),
    ...(higher === undefined ? [] : [`id <= $${bounds.push(higher)}`]),
  ];
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return { from: `(SELECT id FROM ${from}) AS bounded${where}`, values: bounds };
}

/** The rows in no order, whatever order is asked for around them: OFFSET 0 keeps the planner from walking all the same. */
export function collected({ from, values }: RowSource): RowSource {
  return { from: `(SELECT id FROM ${from} OFFSET 0) AS collected`, values };
}
