/**
 * Tasks: one class a task, with what goes in, what should come out and how success is measured.
 *
 * <p>Axis letters as in {@link unfold.engine}; times t = 1, 2, ..., n and flag locations L are counted from 1
 * as in the papers.
 */
package unfold.task;
