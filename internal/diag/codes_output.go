package diag

// The compiled output.
const (
	KustomizeYAML        Code = "TC3001"
	KustomizeField       Code = "TC3002"
	KustomizeName        Code = "TC3003"
	KustomizeManifest    Code = "TC3004"
	KustomizeInstruction Code = "TC3005"
	KustomizeTwice       Code = "TC3006"
	KustomizeLost        Code = "TC3007"
	KustomizeBuild       Code = "TC3008"
	FileCollision        Code = "TC3010"
	Substitution         Code = "TC3011"
	NotAsPlanned         Code = "TC3012"
	ObjectTwice          Code = "TC3013"
	FluxFolder           Code = "TC3016"
	FluxOrder            Code = "TC3017"
	PullURL              Code = "TC3020"
	PlatformTemplate     Code = "TC3030"
	PlatformObject       Code = "TC3031"
	PlatformMissing      Code = "TC3032"
	PlatformOutdated     Code = "TC3033"
	DiffUnreadable       Code = "TC3051"
)

func outputEntries() []Entry {
	return []Entry{
		{
			Code:   KustomizeYAML,
			Title:  "template is not strict YAML",
			Cause:  "A kustomization, manifest or patch is not valid YAML, or has what YAML parsers read differently: repeated keys, keys that are not strings, anchors, aliases, tags, unquoted words such as yes, other line ends than LF, hidden characters.",
			Remedy: "Write each value out, in quotes where it looks like another type, and save the file as UTF-8 with LF line ends.",
		},
		{
			Code:   KustomizeField,
			Title:  "field not allowed in a kustomization",
			Cause:  "A kustomization has a field outside of resources, components, patches, replacements and labels, or one of the wrong form. Other fields fetch from elsewhere, run programs or rename objects.",
			Remedy: "Write manifests, and patch them with patches, replacements or components.",
		},
		{
			Code:   KustomizeName,
			Title:  "kustomization names what is not a local file",
			Cause:  "An entry is an address, leads out of its folder, has an unusual name, or names a file or folder that is not there.",
			Remedy: "Copy what you need into the folder and name it there: a .yaml file, or a folder below in small letters, digits and hyphens that has a kustomization.yaml.",
		},
		{
			Code:   KustomizeManifest,
			Title:  "manifest is not one object a document",
			Cause:  "A document has no apiVersion, kind or metadata.name, or it is a list, which kustomize takes apart.",
			Remedy: "Write each object as a YAML document of its own, separated by lines of three hyphens.",
		},
		{
			Code:   KustomizeInstruction,
			Title:  "manifest gives kustomize an instruction",
			Cause:  "A key in the domain config.kubernetes.io or config.k8s.io, such as the annotation config.kubernetes.io/local-config, makes objects vanish from a build or changes how it runs.",
			Remedy: "Remove it. To leave an object out of a site, put it into a component that the site does not use.",
		},
		{
			Code:   KustomizeTwice,
			Title:  "object defined twice in one build",
			Cause:  "Two documents have the same group, kind, namespace and name, in the same API version or in two.",
			Remedy: "Keep one of the two, or put them into components that are never used together.",
		},
		{
			Code:   KustomizeLost,
			Title:  "build loses or adds an object",
			Cause:  "A patch or a replacement removes an object or changes what identifies it, so that what is built is not what the manifests say.",
			Remedy: "Change the manifest instead of patching its kind, name or namespace.",
		},
		{
			Code:   KustomizeBuild,
			Title:  "kustomize cannot build a folder",
			Cause:  "kustomize refuses a kustomization that tenantc accepted, for example a patch whose target does not exist. The message is kustomize's.",
			Remedy: "Run kustomize build on the folder and correct what it reports.",
		},
		{
			Code:   FileCollision,
			Title:  "two objects in one file",
			Cause:  "Two objects of a layer have the same kind and name, in two groups or two namespaces, and would be written to the same file.",
			Remedy: "Rename one of them, if it comes from templates/; otherwise this is a fault of tenantc: please report it.",
		},
		{
			Code:   Substitution,
			Title:  "output contains ${",
			Cause:  "A value that reaches an object contains ${, which Flux would expand where its substitution is switched on.",
			Remedy: "Remove ${ from the value.",
		},
		{
			Code:   NotAsPlanned,
			Title:  "a layer does not build to what was planned",
			Cause:  "The objects that kustomize builds from a layer differ from those that were to be written to it: the files were changed, or kustomize changes something on the way.",
			Remedy: "Compile again. If the fault stays, it is one of tenantc: please report it with the message.",
		},
		{
			Code:   ObjectTwice,
			Title:  "object in two layers of a site",
			Cause:  "Two layers of a site define the same object, or cause it to be made: Flux would apply both in turn, and prune the object with the first that goes.",
			Remedy: "Rename one of them, if it comes from templates/; otherwise this is a fault of tenantc: please report it.",
		},
		{
			Code:   FluxFolder,
			Title:  "layer is not applied exactly once",
			Cause:  "A folder of the fleet tree is applied by no Flux Kustomization or by two, or a Kustomization applies a folder that does not exist.",
			Remedy: "This is a fault of tenantc: please report it with the message.",
		},
		{
			Code:   FluxOrder,
			Title:  "Flux Kustomization never starts",
			Cause:  "What a Flux Kustomization depends on does not exist, goes in a circle, or does not begin at the platform.",
			Remedy: "This is a fault of tenantc: please report it with the message.",
		},
		{
			Code:   PullURL,
			Title:  "no site can pull the fleet",
			Cause:  "bootstrap prints a GitRepository, for which Flux takes https, http and ssh URLs only; the tenancy's fleet.pullURL, or fleet.repository where that is not set, is something else.",
			Remedy: "Set spec.fleet.pullURL in tenancy.yaml to the URL under which the sites reach the fleet repository.",
		},
		{
			Code:   PlatformTemplate,
			Title:  "unknown template",
			Cause:  "A folder of the tenancy's templates/ has a name that no site's platform asks for, so that nothing would ever apply it.",
			Remedy: "Put the objects into the template that they go with; templates/README.md lists them. A folder there replaces the built-in template of the same name.",
		},
		{
			Code:   PlatformObject,
			Title:  "object that a site's platform may not have",
			Cause:  "A template makes an object of a kind that is not the platform's, one in a namespace, or a ClusterRole other than tenantc-cluster. The account that applies the platform could not apply it.",
			Remedy: "Keep to RuntimeClass, PriorityClass, StorageClass, PriorityLevelConfiguration, ValidatingAdmissionPolicy and its binding; install everything else on the site by other means.",
		},
		{
			Code:   PlatformMissing,
			Title:  "template lacks an object that others rely on",
			Cause:  "The tenancy's own version of a template leaves out an object of the built-in one, such as the ClusterRole that tenants' accounts are bound to, or an admission policy.",
			Remedy: "Change what the object says as you need, but keep an object of that kind and name in the template.",
		},
		{
			Code:   PlatformOutdated,
			Title:  "copy of an earlier template",
			Cause:  "A folder of the tenancy's templates/ is, to the byte, the built-in template of an earlier tenantc. As long as it stands, the sites do not get the present one, and with it what was learnt since about attacks.",
			Remedy: "Remove the folder: the built-in template is used then. To change a template, copy the present one first.",
		},
		{
			Code:   DiffUnreadable,
			Title:  "file of the fleet is not YAML",
			Cause:  "A file of one of the two compiled trees that diff compares cannot be read as YAML, so that its text was compared instead of its objects.",
			Remedy: "Only tenantc writes in a fleet: find out who changed the file, then compile or publish again, which replaces it.",
		},
	}
}
