package unfold.task;

import unfold.engine.Program;

/** What a network is measured on. */
@FunctionalInterface
public interface TestSet {
  /** Returns how a network with these parameters does on all of it; changes nothing. */
  Score score(Program program, double[] theta);
}
