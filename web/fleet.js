/** Lists the fleet and keeps it as it is. */
const rows = new Map();
const events = new EventSource('/api/events');
events.addEventListener('fleet', ({ data }) => {
  const news = JSON.parse(data);
  if (news.whole) rows.clear();
  for (const row of news.rows) rows.set(row.id, row);
  for (const id of news.gone) rows.delete(id);
  const inOrder = [...rows.values()].sort((a, b) => a.rank - b.rank || a.since.localeCompare(b.since));
  document.getElementById('fleet').replaceChildren(...inOrder.map(line));
});

function line({ shoot, phase, step, why, since }) {
  const cells = [shoot, phase, step, why?.message ?? '', since].map((text) => {
    const cell = document.createElement('td');
    cell.textContent = text;
    return cell;
  });
  const tr = document.createElement('tr');
  tr.replaceChildren(...cells);
  return tr;
}
