/** What is thrown here. Only the exceptions and what they carry; nothing of the project is used. */
package lanewise.error;
