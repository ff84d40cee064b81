// Counts what plotly.js has really drawn, figure by figure: marks of SVG, and pixels that differ on WebGL's canvases.
() => [...document.querySelectorAll('.js-plotly-plot')].map((plot) => {
  const count = (selector) => plot.querySelectorAll(selector).length;
  const painted = (canvas) => {
    const gl = canvas.getContext('webgl2') || canvas.getContext('webgl');
    if (!gl || !canvas.width) return 0;
    return new Set(canvas.toDataURL('image/png')).size;
  };
  return {
    traces: plot.data.length,
    scatter: count('.scatterlayer > .trace'),
    points: [...plot.querySelectorAll('.scatterlayer .point')].filter((p) => p.getAttribute('d')).length,
    lines: [...plot.querySelectorAll('.scatterlayer .js-line')].filter((p) => (p.getAttribute('d') || '').length > 3).length,
    maps: [...plot.querySelectorAll('.heatmaplayer .hm image')].filter((i) => i.getAttribute('href') || i.getAttributeNS('http://www.w3.org/1999/xlink', 'href')).length,
    bars: count('.barlayer .point > path'),
    boxes: count('.boxlayer .trace') + count('.violinlayer .trace'),
    scenes: count('.gl-container canvas'),
    webgl: [...plot.querySelectorAll('.gl-canvas, .gl-container canvas')].map(painted),
    titles: [...plot.querySelectorAll('.gtitle, .xtitle, .ytitle, .annotation-text')].map((t) => t.textContent),
    width: plot.getBoundingClientRect().width,
  };
})
