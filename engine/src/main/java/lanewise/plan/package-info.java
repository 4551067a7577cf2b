/** From a model's description to the steps of a prediction: shapes, masks, packing, memory. Not exported. */
package lanewise.plan;
