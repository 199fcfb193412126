/** What a heat map shows. */
export type Cell = {
  /** As it stands in the field. */
  readonly text: string
  /** In words, with n and interval: read out, and shown below. */
  readonly said: string
  /** 0 to 6, or -3 to 3 where differences are shown. */
  readonly level: number
  readonly look?: 'few' | 'open' | 'partly' | 'clear'
}
export type Column = { readonly id: string; readonly label: string }
export type Row = { readonly id: string; readonly label: string; readonly note?: string; readonly special?: boolean; readonly cells: readonly Cell[] }
