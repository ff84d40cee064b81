/**
 * Engines run networks of cells forward and backward. {@link unfold.engine.Architecture} says what a network is,
 * {@link unfold.engine.Engine#compile} makes a {@link unfold.engine.Program} of it, and all numbers go in and out
 * as plain arrays of doubles, whatever the engine computes in. Engines are found by their
 * {@link unfold.engine.EngineProvider}s; {@link unfold.engine.Interpreter} is the one that all others are tested
 * against.
 *
 * <p>Axis letters in array names, slowest first, rows stored one after the other: T steps of time, B sequences of a batch, I inputs,
 * S all states of all layers side by side, O outputs. {@code xTBI[(t * B + b) * I + i]} is input i of sequence b at step t + 1.
 */
package unfold.engine;
