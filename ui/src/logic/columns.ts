/** One column of a table: its id (also the sort key), its label and whether it is shown at first. */
export interface Column {
  readonly id: string;
  readonly label: string;
  readonly shown: boolean;
  /** Explains the heading. */
  readonly hint?: string;
  readonly sortable?: boolean;
  /** Numbers stand under each other. */
  readonly align?: 'right';
}

/** Columns of the table of finished requests. */
export const ACTIVITY_COLUMNS: readonly Column[] = [
  { id: 'id', label: 'ID', shown: true, sortable: true, align: 'right' },
  { id: 'time', label: 'Time', shown: true, sortable: true },
  { id: 'model', label: 'Model', shown: true, sortable: true },
  { id: 'req_path', label: 'Path', shown: false, sortable: true },
  { id: 'resp_status_code', label: 'Status', shown: true, sortable: true },
  { id: 'resp_content_type', label: 'Content-Type', shown: false, sortable: true },
  {
    id: 'cached',
    label: 'Cached',
    shown: true,
    sortable: true,
    align: 'right',
    hint: 'Prompt tokens served from cache',
  },
  {
    id: 'prompt',
    label: 'Prompt',
    shown: true,
    sortable: true,
    align: 'right',
    hint: 'Newly processed prompt tokens',
  },
  { id: 'generated', label: 'Generated', shown: true, sortable: true, align: 'right' },
  {
    id: 'drafted',
    label: 'Drafted',
    shown: false,
    sortable: true,
    align: 'right',
    hint: 'Share of drafted tokens that were accepted (accepted/drafted)',
  },
  { id: 'prompt_speed', label: 'Prefill', shown: true, sortable: true, align: 'right' },
  { id: 'gen_speed', label: 'Decode', shown: true, sortable: true, align: 'right' },
  { id: 'duration', label: 'Duration', shown: true, sortable: true, align: 'right' },
  { id: 'capture', label: 'Capture', shown: true },
  { id: 'meta', label: 'Meta', shown: false },
];

/** Columns of the table of requests being served. */
export const INFLIGHT_COLUMNS: readonly Column[] = [
  { id: 'cancel', label: 'Cancel', shown: true },
  { id: 'elapsed', label: 'Elapsed', shown: true },
  { id: 'stage', label: 'Stage', shown: true },
  { id: 'model', label: 'Model', shown: true },
  { id: 'request', label: 'Request', shown: true },
  { id: 'identity', label: 'Address', shown: true },
  { id: 'user_agent', label: 'User Agent', shown: true },
  { id: 'session_id', label: 'Session ID', shown: true },
  { id: 'bytes_received', label: 'Bytes Received', shown: true },
];

/** Stored order reconciled with the known columns: unknown ids dropped, new ones appended. */
export function reconcileOrder(columns: readonly Column[], order: readonly string[]): Column[] {
  const byId = new Map(columns.map((column) => [column.id, column]));
  const known = [...new Set(order)].filter((id) => byId.has(id));
  const rest = columns.filter((column) => !known.includes(column.id));
  return [...known.map((id) => byId.get(id)!), ...rest];
}

/** The order of columns, or of anything with an id, with one moved by `step` places, staying within the list. */
export function moveColumn(order: readonly string[], id: string, step: number): string[] {
  const from = order.indexOf(id);
  const to = Math.min(order.length - 1, Math.max(0, from + step));
  const next = order.filter((entry) => entry !== id);
  next.splice(to, 0, id);
  return from < 0 ? [...order] : next;
}
