package unfold.engine.djl;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import unfold.engine.Architecture;
import unfold.engine.Engine;
import unfold.engine.Program;

/**
 * Evaluates a network's equations operation by operation on PyTorch arrays, gradients by its automatic differentiation.
 *
 * <p>DJL allows one gradient collector in the whole virtual machine, so training steps of several threads take
 * turns; several networks of one architecture are trained at once by {@link Program#gradients}.
 */
public final class DjlEngine implements Engine {
  private final DataType type;
  private final Device device;

  private DjlEngine(DataType type, Device device) {
    this.type = type;
    this.device = device;
  }

  /** Returns the engine in single precision, on a CUDA device if there is one. */
  public static DjlEngine inFloat() {
    return new DjlEngine(DataType.FLOAT32, null);
  }

  /** Returns the engine in double precision, on the CPU. */
  public static DjlEngine inDouble() {
    return new DjlEngine(DataType.FLOAT64, Device.cpu());
  }

  @Override
  public String name() {
    return "djl " + (type == DataType.FLOAT32 ? "float" : "double") + " on " + where();
  }

  private Device where() {
    return device == null ? ai.djl.engine.Engine.getEngine("PyTorch").defaultDevice() : device;
  }

  boolean isOnCuda() {
    return where().isGpu();
  }

  @Override
  public boolean isParallel() {
    return false;
  }

  @Override
  public Program compile(Architecture architecture) {
    return new DjlProgram(architecture, type, device);
  }
}
