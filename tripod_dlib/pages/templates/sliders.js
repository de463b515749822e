// Which tile of its sheet a latent shows: the column is its slider's value, the row the image.
function share(part, whole) { return whole > 1 ? 100 * part / (whole - 1) : 0; }
function row() { return Number(document.querySelector('input[name=start]:checked').value); }
function show(figure) {
  const column = Number(figure.querySelector('input').value);
  const x = share(column, Number(figure.dataset.columns)), y = share(row(), Number(figure.dataset.rows));
  figure.querySelector('.sprite').style.backgroundPosition = x + '% ' + y + '%';
  figure.querySelector('output').textContent = JSON.parse(figure.dataset.values)[column];
}
function begin() {
  for (const figure of document.querySelectorAll('.slider')) {
    const own = JSON.parse(figure.dataset.starts)[row()], slider = figure.querySelector('input');
    slider.value = own;
    const left = share(own, Number(figure.dataset.columns)) / 100;  // a thumb is 16 px wide
    figure.querySelector('.own').style.left = 'calc(8px + (100% - 16px) * ' + left + ')';
    show(figure);
  }
}
for (const choice of document.querySelectorAll('input[name=start]')) choice.addEventListener('change', begin);
document.getElementById('reset').addEventListener('click', begin);
begin();
