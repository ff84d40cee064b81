package unfold.train;

import java.util.stream.IntStream;
import unfold.Check;
import unfold.net.Network;

/**
 * A network with the course of its training.
 *
 * @param network the network
 * @param updates the update after which each of the losses was taken
 * @param losses losses, each a mean over the updates since the one before
 */
public record TrainedNetwork(Network network, int[] updates, double[] losses) {
  /** How many losses are kept of a training. */
  public static final int LOSSES_KEPT = 200;

  /** Checks that there is a loss for each update. */
  public TrainedNetwork {
    Check.that(updates.length == losses.length, "there must be a loss for each of %d updates, but there are %d",
        updates.length, losses.length);
  }

  /** Returns a network and means of the losses of the run that trained it, at most {@value #LOSSES_KEPT}. */
  public static TrainedNetwork of(Network network, Losses losses) {
    double[] all = losses.toArray();
    int kept = Math.min(LOSSES_KEPT, all.length);
    int[] updates = IntStream.rangeClosed(1, kept).map(k -> (int) ((long) all.length * k / kept)).toArray();
    double[] means = IntStream.range(0, kept).mapToDouble(k ->
        IntStream.range(k == 0 ? 0 : updates[k - 1], updates[k]).mapToDouble(i -> all[i]).average().orElseThrow())
        .toArray();
    return new TrainedNetwork(network, updates, means);
  }
}
