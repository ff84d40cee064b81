package org.dflib.jjava.jupyter.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Stands in for the kernel of the same name: the methods that the library reaches by reflection, and no more. */
public class BaseKernel {
  private static BaseKernel running;

  /** What was shown: the display id with its data. */
  public final Map<String, Map<String, Object>> shown = new LinkedHashMap<>();
  /** The ids in the order of the messages; an update has a "+" before it. */
  public final List<String> messages = new ArrayList<>();
  private final Map<Class<?>, RenderFunction> renderers = new LinkedHashMap<>();

  public static void run(BaseKernel kernel) {
    running = kernel;
  }

  public static BaseKernel notebookKernel() {
    return running;
  }

  public class IO {
    public final Stream display = new Stream();
  }

  public class Stream {
    public void display(DisplayData data) {
      shown.put(data.id, data.data);
      messages.add(data.id);
    }

    public void updateDisplay(String id, DisplayData data) {
      shown.put(id, data.data);
      messages.add("+" + id);
    }
  }

  public static class DisplayData {
    private final Map<String, Object> data = new TreeMap<>();
    private String id;

    public void putData(String mime, Object value) {
      data.put(mime, value);
    }

    public void setDisplayId(String id) {
      this.id = id;
    }
  }

  public interface RenderFunction {
    void render(Object value, Context context);
  }

  public static class Context {
    private final DisplayData data = new DisplayData();

    public DisplayData getOutputContainer() {
      return data;
    }
  }

  public class Renderer {
    public Registration createRegistration(Class<?> type) {
      return new Registration(type);
    }
  }

  public class Registration {
    private final Class<?> type;

    Registration(Class<?> type) {
      this.type = type;
    }

    public void register(RenderFunction function) {
      renderers.put(type, function);
    }
  }

  public IO getIO() {
    return new IO();
  }

  public Renderer getRenderer() {
    return new Renderer();
  }

  /** Renders as the kernel does: by the first renderer of a type that the value has. */
  public Map<String, Object> render(Object value) {
    Context context = new Context();
    for (Map.Entry<Class<?>, RenderFunction> renderer : renderers.entrySet()) {
      if (renderer.getKey().isInstance(value)) {
        renderer.getValue().render(value, context);
        return context.data.data;
      }
    }
    throw new AssertionError("no renderer for " + value.getClass());
  }
}
