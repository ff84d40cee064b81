package unfold.engine.djl;

import ai.djl.util.cuda.CudaUtils;
import java.util.Optional;
import unfold.engine.Engine;
import unfold.engine.EngineProvider;

/** Offers {@link DjlEngine}: before all others for training on a CUDA device, after them on a CPU. */
public final class DjlProvider implements EngineProvider {
  private static final int ON_CUDA = 100;
  private static final int ON_CPU = 10;

  @Override
  public String name() {
    return "djl";
  }

  @Override
  public int rank(Use use) {
    return use == Use.TRAINING && hasCuda() ? ON_CUDA : ON_CPU;
  }

  /** PyTorch, which takes a second to load, is only asked where there is a device. */
  private static boolean hasCuda() {
    return CudaUtils.getGpuCount() > 0 && DjlEngine.inFloat().isOnCuda();
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public Engine engine(Use use) {
    return use == Use.TRAINING ? DjlEngine.inFloat() : DjlEngine.inDouble();
  }
}
