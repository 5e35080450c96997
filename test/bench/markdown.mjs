// Reads the tables that the benchmarks print.

function cellsOf(line) {
  return line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

/**
 * The Markdown tables of a text. Each has the last line of text before it as its title and its rows as
 * objects by the names of the columns; the first column is called `name`.
 */
export function tablesOf(text) {
  const tables = [];
  let title = '';
  let table = null;
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (!line.startsWith('|')) {
      table = null;
      if (line !== '') title = line;
    } else if (!table) {
      const [, ...columns] = cellsOf(line);
      table = { title, columns: ['name', ...columns], rows: [] };
      tables.push(table);
    } else if (!/^[|\s:-]+$/.test(line)) {
      const cells = cellsOf(line);
      table.rows.push(Object.fromEntries(table.columns.map((name, at) => [name, cells[at]])));
    }
  }
  return tables;
}

/** The number in a cell; null when table, row or number is missing. */
export function numberIn(tables, { title = '', row, column }) {
  const table = tables.find((one) => one.title.startsWith(title));
  const cell = table?.rows.find(({ name }) => name === row)?.[column];
  return cell === undefined || cell === '' || Number.isNaN(Number(cell)) ? null : Number(cell);
}

/** The largest number of a column over all tables; null without any. */
export function largestIn(tables, column) {
  const cells = tables.flatMap(({ rows }) => rows.map((row) => row[column]));
  const numbers = cells.filter((cell) => cell !== undefined && cell !== '').map(Number);
  return numbers.length === 0 ? null : Math.max(...numbers);
}
