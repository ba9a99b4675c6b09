/** One row of a table of the guide (grp, domain, trusted, speed_dial …), by column. */
export type Row = Readonly<Record<string, string>>

/** Tables that commands read from. They are in memory: a script never waits. */
export interface Tables {
  /** Undefined: there is no such table. */
  rows(table: string): readonly Row[] | undefined
}

export const noTables: Tables = { rows: () => undefined }
