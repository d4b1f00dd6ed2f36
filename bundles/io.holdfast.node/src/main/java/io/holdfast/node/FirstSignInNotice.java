package io.holdfast.node;

import io.holdfast.model.FirstSignIn;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Tells the terminal, and nobody else, the one-time password of the first start.
 *
 * @since 1.0
 */
@Component(
        immediate = true,
        service = {})
public final class FirstSignInNotice {

    /**
     * The configuration server came; it does so on the nodes that carry that role.
     *
     * @param firstSignIn gives the password once
     */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindFirstSignIn(FirstSignIn firstSignIn) {
        firstSignIn.takePassword().ifPresent(password -> {
            System.out.println(
                    "First start. Sign in as " + firstSignIn.user() + " with the one-time password: " + password);
            System.out.println("It is shown this once, is kept nowhere, and must be changed at the first sign-in.");
        });
    }

    /**
     * The configuration server went.
     *
     * @param firstSignIn as it came
     */
    void unbindFirstSignIn(FirstSignIn firstSignIn) {
        // nothing is kept of it
    }
}
