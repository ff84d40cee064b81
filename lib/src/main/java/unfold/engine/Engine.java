package unfold.engine;

import unfold.engine.EngineProvider.Use;

/** Makes programs of networks. Engines differ in how they compute and in nothing that they return. */
public interface Engine {

  /** Returns its name, as in a result's provenance: {@code djl float on cpu}. */
  String name();

  /**
   * Returns a program for a network; the caller closes it.
   *
   * @throws IllegalArgumentException if the engine can't run such a network
   */
  Program compile(Architecture architecture);

  /** Returns how many threads its programs may use, at least 1; what is computed around them uses as many. */
  default int threads() {
    return 1;
  }

  /** Returns whether its programs may differentiate in several threads of a process at once. */
  default boolean isParallel() {
    return true;
  }

  /** Returns the engine whose programs use a thread each and return the same numbers. */
  default Engine oneThreaded() {
    return this;
  }

  /**
   * Returns the engine for training: single precision, on a CUDA device if there is one, else the fastest for
   * CPUs that can run here. Why a faster one can't is said once on the error stream. The system property
   * {@code unfold.engine}, {@code djl} or {@code vector}, forces one.
   *
   * @throws IllegalArgumentException if the property names no engine
   * @throws IllegalStateException if the engine that it names can't run here
   */
  static Engine forTraining() {
    return EngineChoice.installed().engine(Use.TRAINING, System.getProperty(EngineChoice.PROPERTY));
  }

  /** Returns the engine for analysis: double precision, on the CPU; chosen as {@link #forTraining} says. */
  static Engine forAnalysis() {
    return EngineChoice.installed().engine(Use.ANALYSIS, System.getProperty(EngineChoice.PROPERTY));
  }
}
