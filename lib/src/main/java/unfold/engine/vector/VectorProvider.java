package unfold.engine.vector;

import java.util.Optional;
import unfold.engine.Engine;
import unfold.engine.EngineProvider;

/** Offers the vector engine, the first choice on a CPU. */
public final class VectorProvider implements EngineProvider {

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public int rank(Use use) {
    return 50;
  }

  @Override
  public Optional<String> unavailable() {
    return SourceCompiler.unavailable();
  }

  @Override
  public Engine engine(Use use) {
    return use == Use.TRAINING ? VectorEngine.inFloat() : VectorEngine.inDouble();
  }
}
