/**
 * Tuning: a {@link unfold.tune.SearchSpace} says what may be chosen, a {@link unfold.tune.Tuner} chooses, a
 * {@link unfold.tune.Sweep} runs the trials on all cores and a {@link unfold.tune.TrialStore} keeps them. It
 * tunes anything; losses are made small.
 *
 * <p>Axis letters: N points, D coordinates of the unit cube into which settings are embedded. {@code xND[i *
 * D + d]} is coordinate d of point i.
 */
package unfold.tune;
