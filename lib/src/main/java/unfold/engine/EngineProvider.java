package unfold.engine;

import java.util.Optional;

/**
 * Offers an engine of one kind to {@link Engine#forTraining} and {@link Engine#forAnalysis}, which take the
 * available one of the highest rank. Found by {@link java.util.ServiceLoader}; made anew for each search, so
 * cheap to make.
 */
public interface EngineProvider {

  /** What an engine is wanted for. */
  enum Use {
    /** Many gradients, in single precision. */
    TRAINING,
    /** Simulations and Jacobians, in double precision. */
    ANALYSIS
  }

  /** Returns the name by which a reader can ask for it, as {@code djl}. */
  String name();

  /** Returns its rank for a use on this machine: of two that are available the higher is taken. */
  int rank(Use use);

  /**
   * Returns why it can't run here, to follow {@code the ... engine is off:}, with what the reader can do
   * about it; empty if it can.
   */
  Optional<String> unavailable();

  /** Returns its engine for a use. */
  Engine engine(Use use);
}
