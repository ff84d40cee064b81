/**
 * The engine on DJL's arrays and PyTorch's automatic differentiation: on a CUDA device if there is one, and what
 * every other engine is checked against.
 */
package unfold.engine.djl;
