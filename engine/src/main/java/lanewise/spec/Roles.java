package lanewise.spec;

import java.util.ArrayList;
import java.util.List;

/** Lists of the roles of a layer's arrays. */
final class Roles {
    private Roles() {}

    /** The first role if there is such an array, the second if there is such an array, then the others. */
    static List<String> of(boolean first, String role, boolean second, String other, String... more) {
        List<String> roles = new ArrayList<>();
        if (first) {
            roles.add(role);
        }
        if (second) {
            roles.add(other);
        }
        roles.addAll(List.of(more));
        return List.copyOf(roles);
    }
}
