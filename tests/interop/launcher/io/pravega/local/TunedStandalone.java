package io.pravega.local;

import javassist.CannotCompileException;
import javassist.ClassPool;
import javassist.CtClass;
import javassist.expr.ExprEditor;
import javassist.expr.MethodCall;

/**
 * Starts the standalone server with another lifetime and key of delegation tokens. It has both as
 * constants, so the two calls that hand them to its controller are changed before their class is
 * loaded. Properties: tuned.token.seconds (-1: tokens do not expire), tuned.token.key.
 */
public final class TunedStandalone extends ExprEditor {
  private final int seconds = Integer.getInteger("tuned.token.seconds", 600);
  private int changed = 0;

  @Override
  public void edit(MethodCall call) throws CannotCompileException {
    switch (call.getMethodName()) {
      case "accessTokenTTLInSeconds":
        call.replace("$_ = $proceed(Integer.valueOf(" + seconds + "));");
        break;
      case "tokenSigningKey":
        call.replace("$_ = $proceed(System.getProperty(\"tuned.token.key\", \"secret\"));");
        break;
      default:
        return;
    }
    ++changed;
  }

  public static void main(String[] words) throws Exception {
    TunedStandalone editor = new TunedStandalone();
    CtClass cluster = ClassPool.getDefault().get("io.pravega.local.InProcPravegaCluster");
    cluster.instrument(editor);
    if (editor.changed != 2) {
      throw new IllegalStateException("the server has other calls: " + editor.changed);
    }
    cluster.toClass(TunedStandalone.class);
    LocalPravegaEmulator.main(words);
  }
}
