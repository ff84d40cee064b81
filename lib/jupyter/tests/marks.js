// Counts the marks that plotly.js has really drawn, figure by figure.
(figures) => [...document.querySelectorAll(figures)].map((plot) => {
  const all = (selector) => [...plot.querySelectorAll(selector)];
  const outlined = (mark) => (mark.getAttribute('d') || '').length > 3;
  return {
    traces: plot.data.length,
    scatter: all('.scatterlayer > .trace').length,
    points: all('.scatterlayer .point').filter(outlined).length,
    lines: all('.scatterlayer .js-line').filter(outlined).length,
    maps: all('.heatmaplayer .hm image').filter((image) => image.href.baseVal.length > 30).length,
    bars: all('.barlayer .point > path').filter(outlined).length,
    contours: all('.contourlayer .contour').length,
    boxes: all('.boxlayer .trace, .violinlayer .trace').length,
    canvases: all('.gl-canvas, .gl-container canvas').length,
    width: plot.getBoundingClientRect().width,
  };
})
