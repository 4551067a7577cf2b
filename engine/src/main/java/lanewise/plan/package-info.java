/**
 * Plans and how they are made. A planner for each kind of layer turns a model's description into operations over
 * numbered values, finds their sizes and packs weights; {@link lanewise.plan.Execution} runs a plan call after call.
 * Operations are in {@code plan.op}, arithmetic is in {@code kernel}, and code only for streams is in
 * {@code plan.stream}.
 */
package lanewise.plan;
