/**
 * Tasks: one class a task, with what goes in, what should come out and how success is measured.
 * Finite tasks give {@link unfold.task.SequenceSet}s, texts are {@link unfold.task.TextStream}s; both are trained on
 * in epochs, as {@link unfold.task.TrainingSet}s, and measured, as {@link unfold.task.TestSet}s.
 *
 * <p>Axis letters as in {@link unfold.engine}; times t = 1, 2, ..., n and flag locations L are counted from 1
 * as in the papers.
 */
package unfold.task;
