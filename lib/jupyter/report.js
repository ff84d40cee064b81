// A click on a still picture puts the interactive figure in its place. plotly.js and the figures are loaded
// as scripts, for a page that was opened from the disk may not fetch.
const unfold = { figures: {}, figure: (name, figure) => { unfold.figures[name] = figure; } };

function load(file) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = file;
    script.onload = resolve;
    script.onerror = () => reject(new Error(file + ' is missing'));
    document.head.append(script);
  });
}

async function showInteractive(holder) {
  const name = holder.dataset.figure;
  if (!window.Plotly) {
    await (unfold.plotly = unfold.plotly || load('plotly.js'));
  }
  await load(name + '.js');
  const { data, layout, config } = unfold.figures[name];
  const plate = document.createElement('div');
  plate.className = 'plate';
  const still = holder.querySelector('.plate');
  still.replaceWith(plate);
  try {
    await Plotly.newPlot(plate, data, layout, { ...config, displaylogo: false, responsive: false });
    holder.querySelectorAll('[data-open]').forEach((button) => button.remove());
  } catch (e) {
    plate.replaceWith(still);
    throw e;
  }
}

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open]');
  if (opener) {
    showInteractive(opener.closest('[data-figure]'))
      .catch((e) => window.alert('The figure cannot be shown: ' + e.message));
  }
});
