/*
 * JupyterLab renderers for application/vnd.plotly.v1+json, and for image/svg+xml in untrusted notebooks too.
 *
 * JupyterLab loads extensions as module-federation containers: an object with init(sharedModules), called once, and
 * get(name), which returns a module's factory. This is such a container written by hand, so that there is nothing to
 * build. plotly.js lies beside this file, put there by the launcher.
 */
(function () {
  'use strict';

  const NAME = 'unfold-plotly';
  const MIME = 'application/vnd.plotly.v1+json';
  const SVG = 'image/svg+xml';
  const PNG = 'image/png';
  const SETTLED_MS = 1000; // A figure that has not changed for so long gets its still picture.
  const SCALE = 1.5; // Pixels of that picture for one of the figure's.
  const HERE = document.currentScript.src.replace(/[^/]*$/, '');

  let sharedModules;
  let plotly;

  function loadPlotly() {
    if (!plotly) {
      plotly = new Promise((resolve, reject) => {
        const script = document.createElement('script');
        script.src = HERE + 'plotly.js';
        script.charset = 'utf-8';
        script.onload = () => resolve(window.Plotly);
        script.onerror = () => {
          plotly = undefined; // The next figure tries again.
          reject(new Error('plotly.js could not be loaded from ' + script.src));
        };
        document.head.appendChild(script);
      });
    }
    return plotly;
  }

  async function shared(name) {
    const versions = Object.values(sharedModules[name]);
    const factory = await versions[0].get();
    return factory();
  }

  function makeRenderer(Widget) {
    return class PlotlyFigure extends Widget {
      constructor() {
        super();
        this.addClass('jp-RenderedPlotly');
        this.node.style.overflow = 'auto';
        this.plot = document.createElement('div');
        this.node.appendChild(this.plot);
        this.version = 0;
      }

      /** Draws the model's figure, in place when one is shown already. */
      async renderModel(model) {
        const source = JSON.stringify(model.data[MIME]);
        if (source === this.source) {
          return; // Only the still picture is new: what the reader has zoomed to stays.
        }
        this.source = source;
        const version = ++this.version;
        const Plotly = await loadPlotly();
        if (this.isOutdated(version)) {
          return;
        }
        const figure = JSON.parse(source); // A copy, for plotly.js writes into what it is given.
        const config = Object.assign({ responsive: true, displaylogo: false }, figure.config);
        await Plotly.react(this.plot, figure.data, figure.layout || {}, config);
        clearTimeout(this.timer);
        if (!model.data[PNG]) {
          this.timer = setTimeout(() => this.storePicture(Plotly, model, version), SETTLED_MS);
        }
      }

      /** Puts a still picture beside the figure, so that the saved notebook shows where no script runs. */
      async storePicture(Plotly, model, version) {
        if (this.isOutdated(version)) {
          return;
        }
        const { width, height } = this.plot._fullLayout;
        const url = await Plotly.toImage(this.plot, { format: 'png', width, height, scale: SCALE });
        if (!this.isOutdated(version)) {
          model.setData({
            data: Object.assign({}, model.data, { [PNG]: url.split(',')[1] }),
            metadata: Object.assign({}, model.metadata, { [PNG]: { width, height } }),
          });
        }
      }

      isOutdated(version) {
        return this.isDisposed || this.version !== version;
      }

      onResize() {
        const layout = this.plot._fullLayout;
        if (layout && layout.autosize) {
          window.Plotly.Plots.resize(this.plot);
        }
      }

      dispose() {
        clearTimeout(this.timer);
        if (window.Plotly) {
          window.Plotly.purge(this.plot);
        }
        super.dispose();
      }
    };
  }

  /** Draws as JupyterLab itself does, as an image, in which no script runs: so it need not trust the notebook. */
  function makeDrawing(Widget) {
    return class Drawing extends Widget {
      constructor() {
        super();
        this.addClass('jp-RenderedSVG');
      }

      async renderModel(model) {
        const image = document.createElement('img');
        image.src = 'data:' + SVG + ',' + encodeURIComponent(model.data[SVG]);
        this.node.replaceChildren(image);
      }
    };
  }

  async function mimeExtensions() {
    const { Widget } = await shared('@lumino/widgets');
    const Renderer = makeRenderer(Widget);
    const Drawing = makeDrawing(Widget);
    const figures = {
      id: NAME + ':mime',
      rendererFactory: {
        safe: true, // Only data is read, so untrusted notebooks show their figures too.
        mimeTypes: [MIME],
        defaultRank: 0,
        createRenderer: () => new Renderer(),
      },
      rank: 0,
      dataType: 'json',
    };
    const drawings = {
      id: NAME + ':drawings',
      rendererFactory: {
        safe: true, // Else a reader who has just opened a notebook sees 'drawing (SVG, 14393 characters)'.
        mimeTypes: [SVG],
        createRenderer: () => new Drawing(),
      },
      rank: 80, // JupyterLab's own.
      dataType: 'string',
    };
    return [figures, drawings];
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = {
    init: async (modules) => {
      sharedModules = modules;
    },
    get: async () => {
      const extensions = await mimeExtensions();
      return () => ({ __esModule: true, default: extensions });
    },
  };
})();
