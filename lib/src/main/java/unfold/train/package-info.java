/**
 * Training: {@link unfold.train.Optimizer}s in PyTorch's form, clipping by the global norm, and
 * {@link unfold.train.Training}, the loop, in its one order: gradient, check that it is finite, clip, step. A loss that is not
 * finite is an outcome and no error; an interrupted thread stops after the update at hand; a checkpoint goes on with
 * the same bits.
 */
package unfold.train;
