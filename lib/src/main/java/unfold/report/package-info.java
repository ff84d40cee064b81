/**
 * Paper against measured: what a notebook found, held against what its paper says, in files that the whole
 * run collects.
 *
 * <p>A notebook opens a {@link unfold.report.Report}, adds each number with the {@link unfold.report.Rule}
 * that judges it, and hands its figures through. Under {@code ./lab run} everything is also written to the
 * folder that the environment variable {@code UNFOLD_REPORT} names.
 */
package unfold.report;
