package unfold.engine.vector;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;

/** Compiled sources. The same source is compiled once and is one class, so that what the JIT knows of it is shared. */
final class CompiledClass {
  private static final Map<String, SoftReference<MethodHandle>> COMPILED = new HashMap<>();

  private CompiledClass() {}

  /**
   * Returns the constructor, without parameters, of a class.
   *
   * @param type what it returns: the class's superclass
   */
  static MethodHandle constructor(String name, String source, Class<?> type) {
    synchronized (COMPILED) {
      SoftReference<MethodHandle> known = COMPILED.get(source);
      MethodHandle constructor = known == null ? null : known.get();
      if (constructor == null) {
        MethodHandles.Lookup lookup = SourceCompiler.defineHidden(name, source);
        try {
          constructor = lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class))
              .asType(MethodType.methodType(type));
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
        COMPILED.put(source, new SoftReference<>(constructor));
      }
      return constructor;
    }
  }
}
