package io.holdfast.node;

import io.holdfast.base.HoldfastException;
import io.holdfast.model.NodeBundle;
import io.holdfast.model.NodeBundles;
import java.io.IOException;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.log.LogReaderService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first component of a node: takes the data folder, configures the roles, tells the terminal when everything runs. When the node may not
 * start it says why, on the terminal and in the log, and ends the process with status {@link Termination#REFUSED}.
 *
 * @since 1.0
 */
@Component(immediate = true, service = NodeBundles.class)
public final class NodeComponent implements NodeBundles {

    private static final Logger LOG = LoggerFactory.getLogger(NodeComponent.class);

    private final DataFolder folder;
    private final ReadyWatch watch;
    private final BundleKeeper bundles;
    private final PlatformLog platformLog;
    private final Termination termination;

    /**
     * Starts the node.
     *
     * @param admin takes the roles' configurations
     * @param runtime tells which components run
     * @param log of the framework
     * @param context of this bundle
     * @throws IOException when the configurations cannot be stored
     */
    @Activate
    public NodeComponent(
            @Reference ConfigurationAdmin admin,
            @Reference ServiceComponentRuntime runtime,
            @Reference LogReaderService log,
            BundleContext context)
            throws IOException {
        platformLog = new PlatformLog(log);
        termination = new Termination(context.getBundle(0));
        try {
            NodeSettings settings = NodeSettings.from(System::getProperty);
            folder = DataFolder.open(settings.dataFolder(), settings.acceptCopy());
            Map<String, Map<String, Object>> configurations =
                    RoleConfigurations.of(settings, folder.path(), folder.node());
            configure(admin, configurations);
            LOG.info("node starts node={} roles={} dataFolder={}", folder.node(), settings.roles(), folder.path());
            ComponentStates states = new ComponentStates(runtime, configurations.keySet());
            bundles = new BundleKeeper(new OwnBundles(context, runtime, states));
            watch = new ReadyWatch(
                    context.getBundle(0),
                    termination,
                    states,
                    settings,
                    FrameworkUtil.getBundle(getClass()).getVersion());
        } catch (HoldfastException e) {
            termination.refuse(e.code() + ": " + e.getMessage());
            throw e;
        }
    }

    @Override
    public List<NodeBundle> list() {
        return bundles.list();
    }

    @Override
    public void stop(String name) {
        bundles.stop(name);
    }

    @Override
    public void start(String name) {
        bundles.start(name);
    }

    @Override
    public void restart(String name, Duration pause) {
        bundles.restart(name, pause);
    }

    /** Lets the data folder go; the roles have been stopped before or stop on their own. */
    @Deactivate
    void close() {
        watch.close();
        bundles.close();
        termination.close();
        platformLog.close();
        folder.close();
    }

    private static void configure(ConfigurationAdmin admin, Map<String, Map<String, Object>> wanted)
            throws IOException {
        try {
            Configuration[] present = admin.listConfigurations("(service.pid=io.holdfast.*)");
            for (Configuration configuration : present == null ? new Configuration[0] : present) {
                if (!wanted.containsKey(configuration.getPid())) {
                    configuration.delete();
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("a constant filter is wrong", e);
        }
        for (Map.Entry<String, Map<String, Object>> entry : wanted.entrySet()) {
            Dictionary<String, Object> properties = new Hashtable<>(entry.getValue());
            admin.getConfiguration(entry.getKey(), "?").updateIfDifferent(properties);
        }
    }
}
