package unfold.engine;

import unfold.engine.djl.DjlEngine;

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

  /** Returns the engine for training: single precision, on a CUDA device if there is one. */
  static Engine forTraining() {
    return DjlEngine.inFloat();
  }

  /** Returns the engine for analysis: double precision, on the CPU. */
  static Engine forAnalysis() {
    return DjlEngine.inDouble();
  }
}
