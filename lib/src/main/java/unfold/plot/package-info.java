/**
 * Figures of Tablesaw, with what it lacks, and their showing in a notebook.
 *
 * <p>Tablesaw's own traces, figures and tables are used as they are. Here they get a JSON form
 * ({@link unfold.plot.PlotlyJson}), traces with any attribute of plotly.js ({@link unfold.plot.Draw},
 * {@link unfold.plot.OpenTrace}), figures of several panels ({@link unfold.plot.Chart}) and a renderer in
 * either Java kernel ({@link unfold.plot.Notebook}).
 *
 * <p>Conventions: rows and columns of panels count from 0, from the top left. Lengths are CSS pixels. A value
 * that is not finite is a gap in the drawing. Ranges of logarithmic axes are given in data units.
 */
package unfold.plot;
