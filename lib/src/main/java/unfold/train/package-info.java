/**
 * Training: {@link unfold.train.Optimizer}s in PyTorch's form, clipping by the global norm, and {@link
 * unfold.train.Training}, the loop, in its one order: gradient, check that it is finite, clip, step. A loss
 * that is not finite is an outcome and no error; an interrupted thread stops after the update at hand; a
 * checkpoint goes on with the same bits. {@link unfold.train.Epochs} trains so along a task's set, epoch by
 * epoch, and keeps the {@link unfold.train.History}.
 */
package unfold.train;
