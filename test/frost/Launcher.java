import java.io.File;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** Runs a war in an embedded Tomcat on 127.0.0.1: java -cp "jars/*" Launcher.java WAR PATH PORT FOLDER */
public class Launcher {
  public static void main(String[] args) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(args[3]);
    new File(args[3], "webapps").mkdirs();
    Connector connector = new Connector();
    connector.setPort(Integer.parseInt(args[2]));
    connector.setProperty("address", "127.0.0.1");
    // FROST's links to the next page have characters that Tomcat takes only when it is told to
    connector.setProperty("relaxedQueryChars", "|{}[]<>");
    tomcat.setConnector(connector);
    tomcat.addWebapp(args[1], new File(args[0]).getAbsolutePath());
    tomcat.start();
    System.out.println("STARTED");
    tomcat.getServer().await();
  }
}
