// Choices of dataset, metrics and methods; the tables are sorted by DataTables, which itables bundles.
const sections = [...document.querySelectorAll('section.dataset')], tables = [];
function of(name) { return [...document.querySelectorAll(`input[name=${name}]`)]; }
function showDataset() {
  const chosen = of('dataset').find((input) => input.checked).value;
  for (const section of sections) section.hidden = chosen !== 'all' && section.id !== chosen;
}
function showMetrics() {
  const shown = new Set(of('metric').filter((input) => input.checked).map((input) => input.value));
  for (const table of tables) {
    table.columns().every(function () {
      const metric = this.header().dataset.metric;
      if (metric) this.visible(shown.has(metric), false);
    });
  }
  for (const figure of document.querySelectorAll('figure[data-metric]')) figure.hidden = !shown.has(figure.dataset.metric);
}
function showMethods() {
  const text = document.getElementById('methods').value, verified = document.getElementById('verified').checked;
  for (const table of tables) {
    table.column(0).search(text, { smart: false });
    table.column('.measured').search(verified ? '^verified' : '', { regex: true, smart: false });
    table.draw();
  }
}
// An address that names a dataset; no part of the page has it, so that nothing scrolls.
function address(input) { return '#show=' + encodeURIComponent(input.dataset.name); }
function follow() {
  const wanted = of('dataset').find((input) => address(input) === location.hash);
  if (wanted) { wanted.checked = true; showDataset(); }
}
async function begin() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const colour = () => document.documentElement.classList.toggle('dark', dark.matches);
  dark.addEventListener('change', colour); colour();
  const text = JSON.parse(document.getElementById('bundle').textContent);
  const place = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const { default: DataTable } = await import(place);
  URL.revokeObjectURL(place);
  for (const table of document.querySelectorAll('table.board')) {
    const rows = table.tBodies[0].rows.length;
    tables.push(new DataTable(table, {
      order: [], autoWidth: false, paging: rows > SHOWN_AT_ONCE, pageLength: SHOWN_AT_ONCE,
      layout: { topStart: null, topEnd: null, bottomStart: 'info', bottomEnd: rows > SHOWN_AT_ONCE ? 'paging' : null },
      columnDefs: [{ targets: '.figure', orderSequence: ['desc', 'asc', ''] }],
      language: { info: '_TOTAL_ methods', infoEmpty: 'no methods', infoFiltered: 'of _MAX_', emptyTable: 'no methods', zeroRecords: 'no method is left by these choices' },
    }));
  }
  for (const input of of('dataset')) input.addEventListener('change', () => { showDataset(); history.replaceState(null, '', address(input)); });
  for (const input of of('metric')) input.addEventListener('change', showMetrics);
  document.getElementById('methods').addEventListener('input', showMethods);
  document.getElementById('verified').addEventListener('change', showMethods);
  addEventListener('hashchange', follow);
  document.documentElement.classList.add('scripted');
  showDataset(); showMetrics(); follow();
}
begin();
