package unfold.analysis;

import unfold.Check;

/**
 * The mean course of states about certain events, each aligned at its step.
 *
 * @param before how many steps it begins before the event
 * @param width the width S of a state
 * @param events how many events it is the mean of
 * @param statesTS the mean states at steps -before, ..., after, row after row
 */
public record TriggeredAverage(int before, int width, int events, double[] statesTS) {

  /**
   * Averages over events.
   *
   * @param statesTS the states of one sequence, T x S
   * @param width the width S of a state, at least 1
   * @param times the steps of the events, from 0, at least one; each at least {@code before} and below T - {@code after}
   * @param before how many steps before an event count, at least 0
   * @param after how many steps after it, at least 0
   */
  public static TriggeredAverage of(double[] statesTS, int width, int[] times, int before, int after) {
    int steps = Check.rows("statesTS", statesTS, width);
    Check.atLeast("before", before, 0);
    Check.atLeast("after", after, 0);
    Check.that(times.length > 0, "there must be an event to average over, but there is none");
    double[] mean = new double[(before + after + 1) * width];
    for (int time : times) {
      Check.within("an event's step", time, before, steps - after - 1);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += statesTS[(time - before) * width + i] / times.length;
      }
    }
    return new TriggeredAverage(before, width, times.length, mean);
  }

  /** Returns the steps, from -before to after. */
  public int[] steps() {
    int[] steps = new int[statesTS.length / width];
    for (int t = 0; t < steps.length; t++) {
      steps[t] = t - before;
    }
    return steps;
  }

  /** Returns the mean state at a step from the event. */
  public double[] at(int step) {
    Check.within("the step", step, -before, statesTS.length / width - before - 1);
    int from = (step + before) * width;
    return java.util.Arrays.copyOfRange(statesTS, from, from + width);
  }
}
