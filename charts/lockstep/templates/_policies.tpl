{{- /*
Parts of the ValidatingAdmissionPolicies. Objects that a policy is not about cost one comparison of the user's name.

The expressions compare whole maps, and name only what may change. So they cover fields that a later version of Kubernetes
adds. With dyn() the API server does not look for those fields in its schemas.
*/}}

{{- /*
Names of copies end like this (src/copies/name.ts): a short digest, with digits of a long source name or a key's id before
it. Takes what stands in the place of the digest, as a regular expression. Copies of a Job have the Job's uid instead
(src/copies/job-name.ts).
*/}}
{{- define "lockstep.policy.copyNames" -}}
-lockstep-([0-9a-f]{16}-)?(([0-9a-f]{8}-)?{{ . }}|{{ include "lockstep.policy.ofJob" nil }})$
{{- end }}
{{- define "lockstep.policy.jobCopyNames" -}}
-lockstep-([0-9a-f]{16}-)?{{ include "lockstep.policy.ofJob" nil }}$
{{- end }}
{{- define "lockstep.policy.ofJob" -}}
job-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}
{{- end }}

{{- /*
The binding of a policy: it refuses what the policy does not allow, everywhere. Takes root, and the suffix of both names.
*/}}
{{- define "lockstep.policy.binding" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  {{- include "lockstep.metadata" (dict "root" .root "clusterScoped" true "suffix" .suffix) | nindent 2 }}
spec:
  policyName: {{ printf "%s%s" (include "lockstep.fullname" .root) .suffix | quote }}
  validationActions: [Deny]
{{- end }}

{{- /*
An expression: two maps are the same, except for some keys. Takes new and old (expressions that can be repeated, such as
variables), and except: an expression that is a list of keys.

It looks at each key of one map. If both have as many keys, the other has no more. The time for that grows with the square
of the number of keys: 25,000 annotations took ten seconds. So of maps with more than 1,000 it compares only the number. No
such map comes about by a change that this lets through, if the list has few keys.
*/}}
{{- define "lockstep.policy.same" -}}
{{ .new }} == {{ .old }} ||
({{ .new }}.size() - {{ .except }}.filter(k, k in {{ .new }}).size() == {{ .old }}.size() - {{ .except }}.filter(k, k in {{ .old }}).size() &&
({{ .new }}.size() > 1000 || {{ .new }}.all(k, k in {{ .except }} || (k in {{ .old }} && {{ .new }}[k] == {{ .old }}[k]))))
{{- end }}

{{- /*
Validations: an update changes an object only in some places. Takes message, and places: lists of the path from variables.new
to a map (`.spec`, or the rest of the name of a variable), and a list of its keys, as an expression. Besides unless: an
expression that says for which other requests this does not hold.
*/}}
{{- define "lockstep.policy.onlyChanges" -}}
{{- range .places }}
{{- $same := dict "new" (printf "variables.new%s" (first .)) "old" (printf "variables.old%s" (first .)) "except" (last .) }}
- expression: >-
    {{ $.unless }} ||
    {{ include "lockstep.policy.same" $same | nindent 4 | trim }}
  reason: Forbidden
  message: {{ $.message | quote }}
{{- end }}
{{- end }}

{{- /* Variables for the maps of an object that may be missing. Takes pairs of a name and a path. */}}
{{- define "lockstep.policy.variables" -}}
- name: new
  expression: dyn(object)
- name: old
  expression: dyn(oldObject)
{{- range $map := . }}
{{- range $state := list "new" "old" }}
- name: {{ $state }}{{ first $map }}
  expression: variables.{{ $state }}.{{ last $map }}.orValue({})
{{- end }}
{{- end }}
{{- end }}

{{- /* The keys of metadata that the API server itself changes at an update. */}}
{{- define "lockstep.policy.served" -}}
'managedFields', 'resourceVersion', 'generation'
{{- end }}

{{- /* An expression: lockstep may write in the namespace of the request. */}}
{{- define "lockstep.policy.inScope" -}}
{{- $only := include "lockstep.namespaces" . | fromJsonArray -}}
!(request.namespace in {{ include "lockstep.excludedNamespaces" . }})
{{- with $only }} && request.namespace in {{ toJson . }}{{ end }}
{{- end }}
