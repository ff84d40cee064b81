package unfold.task;

import unfold.engine.Batch;

/** What a network is trained on in epochs, each of which goes once through all of it. */
public interface TrainingSet {
  /** Returns the number of batches of an epoch, at least 1. */
  int batches();

  /**
   * Returns a batch: a pure function, so that a training resumed sees the same.
   *
   * @param epoch the epoch, from 0
   * @param index the batch of the epoch, in 0..batches()-1
   */
  Batch batch(int epoch, int index);

  /** Tells whether each batch of an epoch goes on from states of the one before; the first never does. */
  default boolean carriesState() {
    return false;
  }
}
